@main struct Stub_flotilla_agent { static func main() {} }
