@main struct Stub_flotilla { static func main() {} }
