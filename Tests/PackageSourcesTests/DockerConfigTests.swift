import FleetModel
import PackageSources
import Testing

@Suite struct DockerConfigTests {
    func credential(_ json: String, _ host: String) throws -> RegistryCredential? {
        let folder = try ScratchFolder()
        try folder.write(Array(json.utf8), to: "config.json")
        guard case .credential(let found)? = try DockerConfig(path: "\(folder.path)/config.json").entry(for: host)
        else { return nil }
        return found
    }

    @Test(arguments: [
        (#"{"credsStore":"desktop"}"#, "r.example.com", "desktop"),
        (#"{"credHelpers":{"r.example.com":"ecr"},"credsStore":"desktop"}"#, "r.example.com", "ecr"),
        (#"{"credHelpers":{"docker.io":"pass"}}"#, "index.docker.io", "pass"),
    ])
    func helpersAreNamed(json: String, host: String, name: String) throws {
        let folder = try ScratchFolder()
        try folder.write(Array(json.utf8), to: "config.json")
        #expect(try DockerConfig(path: "\(folder.path)/config.json").entry(for: host) == .helper(name))
    }

    @Test(arguments: [
        (
            #"{"ServerURL":"r","Username":"robot","Secret":"s"}"#,
            RegistryCredential.password(user: "robot", password: "s")
        ),
        (#"{"ServerURL":"r","Username":"<token>","Secret":"t"}"#, .identityToken("t")),
        (#"{"ServerURL":"r","Username":"","Secret":""}"#, nil),
    ])
    func aHelpersAnswerIsRead(json: String, credential: RegistryCredential?) throws {
        #expect(try DockerConfig.credential(ofHelper: Array(json.utf8), name: "x") == credential)
        #expect(throws: FleetError.self) { try DockerConfig.credential(ofHelper: Array("no".utf8), name: "x") }
    }

    @Test(arguments: [
        (#"{"auths":{"r.example.com:5000":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "r.example.com:5000"),
        (#"{"auths":{"https://r.example.com/v1/":{"username":"robot","password":"s3cret"}}}"#, "r.example.com"),
        (#"{"auths":{"docker.io":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "index.docker.io"),
        (#"{"auths":{"https://index.docker.io/v1/":{"auth":"cm9ib3Q6czNjcmV0"}}}"#, "index.docker.io"),
    ])
    func passwordsAreFoundByHost(json: String, host: String) throws {
        #expect(try credential(json, host) == .password(user: "robot", password: "s3cret"))
        #expect(try credential(json, "other.example.com") == nil)
    }

    @Test func tokensAreKept() throws {
        let json = #"{"auths":{"a.example.com":{"identitytoken":"i"},"b.example.com":{"registrytoken":"r"}}}"#
        #expect(try credential(json, "a.example.com") == .identityToken("i"))
        #expect(try credential(json, "b.example.com") == .registryToken("r"))
    }

    @Test(arguments: [
        #"{"credsStore":"../sh"}"#, #"{"credHelpers":{"r.example.com":"a b"}}"#, "[]", "{",
        #"{"auths":{"r.example.com":{"auth":"no colon"}}}"#,
    ])
    func whatCannotBeUsedIsRefused(json: String) {
        let error = #expect(throws: FleetError.self) { try credential(json, "r.example.com") }
        #expect(error?.message.contains("the docker configuration") == true)
    }
}
