import HTTPClient
import JSON
import Telemetry

/// More claims about the user who holds an access token (OpenID Connect Core §5.3).
struct UserInfo {
    let url: WebURL
    let policy: OutboundPolicy
    let client: HTTPClient

    private static let sizeMax = 256 << 10

    enum Failure: Error {
        case refused(OpenIDError.Refusal)
        case unavailable(OpenIDError.Unavailability)
    }

    /// - Parameter subject: the identity token's; the answer has to have the same (§5.3.2).
    func claims(of subject: String, accessToken: Secret) async throws(Failure) -> JSONObject {
        let request = OutgoingRequest(
            .get,
            url,
            within: policy,
            headers: [
                .init("Accept", "application/json"),
                .init("Authorization", "Bearer \(accessToken.revealed())"),
            ]
        )
        let response: OutgoingResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch .malformedHeader {
            // An access token with a line break in it.
            throw .refused(.accessTokenRefused(status: 400))
        } catch {
            throw .unavailable(.unreachable(error))
        }
        switch response.status {
        case 200: return try Self.parse(response.body, subject: subject)
        case 400, 401, 403: throw .refused(.accessTokenRefused(status: response.status))
        case let status: throw .unavailable(.unexpectedStatus(url.origin, status: status))
        }
    }

    static func parse(_ text: [UInt8], subject: String) throws(Failure) -> JSONObject {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text, sizeMax: sizeMax, depthMax: 16, allowsRepeatedKeys: false)
        } catch {
            throw .unavailable(.malformedUserInfo(error))
        }
        guard let claims = value.object, let claimed = claims["sub"]?.string else {
            throw .unavailable(.unexpectedUserInfo)
        }
        guard claimed.utf8.elementsEqual(subject.utf8) else { throw .refused(.accessTokenOfAnotherUser) }
        return claims
    }
}
