@main struct Stub_supervisor_simulator { static func main() {} }
