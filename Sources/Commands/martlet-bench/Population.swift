import JSON
import Zip

/// Users of a server, with policies and groups, of which everybody may read and write one bucket. All follow from the
/// prefix and a number, so that a client can sign as any of them.
struct Population: Equatable, Sendable {
    /// Begins every name; letters and digits.
    let prefix: String
    let userCount: Int
    let bucket: String

    var policyCount: Int { max(1, userCount / 10) }
    var groupCount: Int { max(1, userCount / 100) }
    var serviceAccountCount: Int { max(1, userCount / 10) }

    func accessKey(_ number: Int) -> String { "\(prefix)u\(number)" }
    func secret(_ number: Int) -> String { "\(prefix)secret\(number)" }
    func policyName(_ number: Int) -> String { "\(prefix)p\(number % policyCount)" }

    /// Lets in or keeps out whoever has it.
    func policy(effect: String) -> JSONValue {
        [
            "Version": "2012-10-17",
            "Statement": [
                [
                    "Sid": "objects", "Effect": .string(effect),
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
                    "Resource": [.string("arn:aws:s3:::\(bucket)/*")],
                ],
                [
                    "Sid": "list", "Effect": "Allow", "Action": ["s3:ListBucket"],
                    "Resource": [.string("arn:aws:s3:::\(bucket)")],
                    "Condition": ["StringLike": ["s3:prefix": ["bench/*"]]],
                ],
            ],
        ]
    }

    /// What `import-iam` takes: every user has a policy of its own or one it shares, and is in one group, which may list
    /// buckets.
    var archive: [UInt8] {
        var archive = ZipWriter()
        archive.add(
            "iam-assets/policies.json",
            objects(policyCount) { (policyName($0), policy(effect: "Allow")) }
        )
        archive.add("iam-assets/users.json", objects(userCount) { (accessKey($0), user($0)) })
        archive.add("iam-assets/groups.json", objects(groupCount) { (groupName($0), group($0)) })
        archive.add(
            "iam-assets/svcaccts.json",
            objects(serviceAccountCount) { ("\(prefix)s\($0)", serviceAccount($0)) }
        )
        archive.add(
            "iam-assets/user_mappings.json",
            objects(userCount) { (accessKey($0), mapping(policyName($0))) }
        )
        archive.add(
            "iam-assets/group_mappings.json",
            objects(groupCount) { (groupName($0), mapping("diagnostics")) }
        )
        return archive.finish()
    }

    private func groupName(_ number: Int) -> String { "\(prefix)g\(number % groupCount)" }

    private func user(_ number: Int) -> JSONValue {
        ["secretKey": .string(secret(number)), "policy": "", "status": "enabled"]
    }

    private func group(_ number: Int) -> JSONValue {
        let members = stride(from: number, to: userCount, by: groupCount).map {
            JSONValue.string(accessKey($0))
        }
        return ["version": .integer(1), "status": "enabled", "members": .array(members)]
    }

    private func serviceAccount(_ number: Int) -> JSONValue {
        [
            "parent": .string(accessKey(number)), "accessKey": .string("\(prefix)s\(number)"),
            "secretKey": .string(secret(number)), "claims": [:], "sessionPolicy": .null, "status": "on",
            "name": "", "description": "",
        ]
    }

    private func mapping(_ policy: String) -> JSONValue {
        ["version": .integer(1), "policy": .string(policy)]
    }

    private func objects(_ count: Int, _ member: (Int) -> (String, JSONValue)) -> [UInt8] {
        var object = JSONObject()
        for number in 0..<count {
            let (name, value) = member(number)
            object[name] = value
        }
        return JSONValue.object(object).encoded
    }
}
