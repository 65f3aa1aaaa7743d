import Base
import Cryptography
import JOSE
import JSON

/// Keys and tokens of RFC 7515 §A, RFC 7520 and RFC 8037 §A.
enum RFCVectors {
    /// What most of the tokens say.
    static let payload = Array(
        "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}".utf8
    )

    static let hmacSecret =
        base64URL("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")

    static let hs256 = token(
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
        claims,
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )

    static let rs256 = token(
        "eyJhbGciOiJSUzI1NiJ9",
        claims,
        """
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7\
        AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4\
        BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K\
        0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv\
        hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB\
        p0igcN_IoypGlUPQGe77Rw
        """
    )

    static let es256 = token(
        "eyJhbGciOiJFUzI1NiJ9",
        claims,
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )

    static let es512 = token(
        "eyJhbGciOiJFUzUxMiJ9",
        "UGF5bG9hZA",
        """
        AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZq\
        wqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8Kp\
        EHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn
        """
    )

    static let unsecured = token("eyJhbGciOiJub25lIn0", claims, "")

    static let edDSA = token(
        "eyJhbGciOiJFZERTQSJ9",
        "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )

    /// RFC 7520 §4.2.
    static let ps384 = token(
        "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9",
        """
        SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAg\
        b250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dp\
        bmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4
        """,
        """
        cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-\
        tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdi\
        NAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE\
        5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifK\
        o8DYM-X72Eaw
        """
    )
    static let ps384Payload = Array(
        """
        It’s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep \
        your feet, there’s no knowing where you might be swept off to.
        """.utf8
    )
    /// RFC 7520 §3.3.
    static let ps384Key: JSONValue = [
        "kty": "RSA", "kid": "bilbo.baggins@hobbiton.example", "use": "sig", "e": "AQAB",
        "n": .string(
            """
            n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-\
            XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-\
            QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lF\
            HpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-\
            tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw
            """
        ),
    ]

    /// As members of a key set, without ids.
    static let rsaKey: JSONValue = [
        "kty": "RSA",
        "n": .string(
            """
            ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp\
            -Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOW\
            vG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUs\
            LA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9k\
            G4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2\
            PAcDTW9gb54h4FRWyuXpoQ
            """
        ),
        "e": "AQAB",
    ]
    static let p256Key: JSONValue = [
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ]
    static let p521Key: JSONValue = [
        "kty": "EC", "crv": "P-521",
        "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
        "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    ]
    static let ed25519Key: JSONValue = [
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ]

    private static let claims = Base64.urlWithoutPadding.encode(payload)

    private static func token(_ header: String, _ payload: String, _ signature: String) -> String {
        [header, payload, signature].joined(separator: ".")
    }
}

func base64URL(_ text: String) -> [UInt8] {
    guard let bytes = Base64.urlWithoutPadding.decode(text) else {
        preconditionFailure("not base64url: \(text)")
    }
    return bytes
}

/// The parts of a token, encoded.
func token(header: String, payload: String, signature: [UInt8] = []) -> String {
    [Array(header.utf8), Array(payload.utf8), signature].map { Base64.urlWithoutPadding.encode($0) }
        .joined(separator: ".")
}

/// A token with any header, signed with HMAC-SHA-256 whatever that says.
func signed(header: String, payload: String, secret: [UInt8]) -> String {
    let signed = token(header: header, payload: payload).dropLast()
    let code = HMACSHA256.authenticate(Array(signed.utf8), key: secret)
    return signed + "." + Base64.urlWithoutPadding.encode(code)
}

func keySet(_ keys: JSONValue...) throws -> JSONWebKeySet { try keySet(keys) }

func keySet(_ keys: [JSONValue]) throws -> JSONWebKeySet {
    let document: JSONValue = ["keys": .array(keys)]
    return try JSONWebKeySet(parsing: document.encoded)
}

extension JSONValue {
    var members: JSONObject {
        guard let object else { preconditionFailure("no object") }
        return object
    }

    /// With some members set, or removed where they are `nil`.
    func with(_ changes: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        var members = members
        for (name, value) in changes { members[name] = value }
        return .object(members)
    }
}
