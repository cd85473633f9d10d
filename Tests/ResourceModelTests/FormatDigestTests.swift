import ResourceModel
import Testing

struct FormatDigestTests {
    @Test(arguments: [
        ("", "d41d8cd98f00b204e9800998ecf8427e"),
        ("abc", "900150983cd24fb0d6963f7d28e17f72"),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "57edf4a22be3c955ac49da2e2107b67a"
        ),
        ("svc-harbor-domain-c8/apps/Deployment/harbor-registry", "5dd9f848670bc2c84cb3f53d4a793f79"),
    ])
    func matchesTheStandardVectors(text: String, digest: String) {
        #expect(FormatDigest.hex(FormatDigest.md5(Array(text.utf8))) == digest)
    }
}
