#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Self-signed certificates, P-256, valid for a hundred years, worth nothing anywhere.
/// From `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
/// -subj /CN=NAME -addext subjectAltName=DNS:NAME`.
enum TestCertificate {
    static let localhost = """
        -----BEGIN CERTIFICATE-----
        MIIBljCCATugAwIBAgIUcRm0TNEdbK1LgKxj1J0+ZEBiSPIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTEyMzgxNVoYDzIxMjYxMDI4
        MTIzODE1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAR9jDuhUsHaRQNNG8g13rVvojdKEc/JGXU+JN4Ilx+8fuImZrD5UyWy
        Dd6Ze8zs8jFN9KlqE5pBXHHcu6Gfy+eNo2kwZzAdBgNVHQ4EFgQUtxMJY2vuOAc2
        1GMbhNA/cX4LHDwwHwYDVR0jBBgwFoAUtxMJY2vuOAc21GMbhNA/cX4LHDwwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        SQAwRgIhANhWko7IkadiorbqR10CQP30OdbkA+D6QFKr6EuRciOSAiEAousEPH5U
        mryJBBXNx9PN2yBDHZ3r/qg6/HuTjFi6yNY=
        -----END CERTIFICATE-----

        """
    static let localhostKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUmY3XbOIVKaVTfY0
        DUIQxi+PtMDBQ42XRhGO5mhiIqChRANCAAR9jDuhUsHaRQNNG8g13rVvojdKEc/J
        GXU+JN4Ilx+8fuImZrD5UyWyDd6Ze8zs8jFN9KlqE5pBXHHcu6Gfy+eN
        -----END PRIVATE KEY-----

        """
    static let other = """
        -----BEGIN CERTIFICATE-----
        MIIBoDCCAUegAwIBAgIUd6NGM5cANvEOdNNb9olrjwsm/lEwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTAgFw0yNjExMjExMjM4MTZaGA8yMTI2
        MTAyODEyMzgxNlowGDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABEnqmKEpHwXSWXMnNCulr5ek0WXLIJz2qAfmI6Iw/r92
        nQc9H8X7qsqWJ+qYpTwsEK9TGIk6H6OJ0V68b4dFNfejbTBrMB0GA1UdDgQWBBQW
        Dg0N0ObueDqBtTN2ij5Pob1URjAfBgNVHSMEGDAWgBQWDg0N0ObueDqBtTN2ij5P
        ob1URjAPBgNVHRMBAf8EBTADAQH/MBgGA1UdEQQRMA+CDW90aGVyLmV4YW1wbGUw
        CgYIKoZIzj0EAwIDRwAwRAIgUxXsmbfLKbDzhjHNEmlePvz476+OIUnpQU24TMd9
        6Y8CIGFodMghJBxpWP8BmJp1+CsYat2A+6M/ErDLnh/k+a+O
        -----END CERTIFICATE-----

        """
    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRSeBUXaSfUgV3oOE
        TmFTJkcPRbicZo4uAjoED/E+x7mhRANCAARJ6pihKR8F0llzJzQrpa+XpNFlyyCc
        9qgH5iOiMP6/dp0HPR/F+6rKlifqmKU8LBCvUxiJOh+jidFevG+HRTX3
        -----END PRIVATE KEY-----

        """
}

/// A folder that goes away with the value.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/martlet-tls-XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for file in files.reversed() { remove(file) }
        rmdir(path)
    }

    private var files: [String] = []

    /// Writes beside and moves into place, as a certificate renewal does.
    func write(_ name: String, _ text: String) {
        let parts = name.split(separator: "/")
        if parts.count == 2, mkdir("\(path)/\(parts[0])", 0o700) == 0 { files.append("\(path)/\(parts[0])") }
        let target = "\(path)/\(name)"
        let file = open("\(target).new", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let bytes = Array(text.utf8)
        precondition(Glibc.write(file, bytes, bytes.count) == bytes.count)
        close(file)
        precondition(rename("\(target).new", target) == 0)
        files.append(target)
    }

    func delete(_ name: String) { remove("\(path)/\(name)") }
}
