import Policy
import Testing

@Suite struct PublicPolicyTests {
    private static let everybody = "*"
    private static let user = #"{"AWS":"arn:aws:iam::111122223333:user/alice"}"#

    @Test(
        arguments: [
            (everybody, nil, true), (#"{"AWS":["*"]}"#, nil, true), (user, nil, false),
            (#"{"AWS":["arn:aws:iam::1:user/a","*"]}"#, nil, true), (#"{"AWS":"111122223333"}"#, nil, false),
            (#"{"CanonicalUser":"x"}"#, nil, false), (#"{"Service":"logging.s3.amazonaws.com"}"#, nil, false),
            // Networks, if they are not too wide.
            (everybody, #"{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#, false),
            (everybody, #"{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}"#, false),
            (everybody, #"{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#, true),
            (everybody, #"{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","0.0.0.0/1"]}}"#, true),
            (everybody, #"{"IpAddress":{"aws:SourceIp":"2001::/31"}}"#, true),
            (everybody, #"{"NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#, true),
            (everybody, #"{"IpAddressIfExists":{"aws:SourceIp":"192.0.2.0/24"}}"#, true),
            // Fixed values of keys that identify.
            (everybody, #"{"StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, false),
            (everybody, #"{"StringLike":{"aws:SourceVpc":"vpc-1"}}"#, false),
            (everybody, #"{"StringLike":{"aws:SourceVpc":"vpc-*"}}"#, true),
            (everybody, #"{"StringEquals":{"aws:SourceVpc":["vpc-1","${aws:username}"]}}"#, true),
            (everybody, #"{"StringEquals":{"aws:SourceVpc":[]}}"#, true),
            (everybody, #"{"StringNotEquals":{"aws:SourceVpc":"vpc-1"}}"#, true),
            (everybody, #"{"ForAllValues:StringEquals":{"aws:SourceVpc":"vpc-1"}}"#, true),
            (everybody, #"{"ForAnyValue:StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#, false),
            (everybody, #"{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::1:user/a"}}"#, false),
            (everybody, #"{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}}"#, true),
            (everybody, #"{"StringEquals":{"aws:Referer":"https://example.com/"}}"#, true),
            (everybody, #"{"Bool":{"aws:SecureTransport":"true"}}"#, true),
            // One line that fixes the callers is enough.
            (
                everybody, #"{"StringLike":{"aws:Referer":"*"},"StringEquals":{"aws:SourceAccount":"1"}}"#,
                false
            ),
        ] as [(String, String?, Bool)]
    )
    func publicMeansOpenToOthersThanFixedCallers(principal: String, condition: String?, isPublic: Bool) throws
    {
        let document = try bucketPolicy(
            statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*", principal: principal, condition: condition)
        )
        #expect(document.isPublic == isPublic)
    }

    @Test func denialsMakeNothingPublicNorPrivate() throws {
        let deny = statement("Deny", "s3:*", "arn:aws:s3:::b/*", principal: "*")
        let user = statement("Allow", "s3:*", "arn:aws:s3:::b/*", principal: Self.user)
        let open = statement("Allow", "s3:GetObject", "arn:aws:s3:::b/*", principal: "*")
        #expect(try !bucketPolicy(deny).isPublic)
        #expect(try !bucketPolicy(deny, user).isPublic)
        #expect(try bucketPolicy(deny, user, open).isPublic)
    }

    @Test func usersPoliciesAreNeverPublic() throws {
        #expect(try !policy(statement("Allow", "s3:*")).isPublic)
    }
}
