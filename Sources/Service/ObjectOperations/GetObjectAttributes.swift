internal import Base
internal import Engine
internal import HTTP
package import IAM
package import S3API
package import S3Service
internal import XLMeta

package struct GetObjectAttributes: S3Operation {
    package static let route = Route(.get, .object, needs: .parameter("attributes"))
    private static let partsMax = 1000

    let target: VersionTarget
    let attributes: Set<ObjectAttribute>
    /// 0...1000.
    let partsMax: Int
    let marker: Int

    package init(parsing request: S3Request) throws(S3Error) {
        target = try VersionTarget(parsing: request)
        try UnbuiltFeatures.refuse(inRead: request)
        // Some clients send a header for each.
        let names = request.headers(startingWith: S3Header.objectAttributes)
            .filter { $0.name == S3Header.objectAttributes }
            .map { String(decoding: $0.value, as: UTF8.self) }
        attributes = try ObjectAttribute.parse(names.joined(separator: ","))
        partsMax = min(try Self.number(request, S3Header.maxParts) ?? Self.partsMax, Self.partsMax)
        marker = try Self.number(request, S3Header.partNumberMarker) ?? 0
    }

    private static func number(_ request: S3Request, _ name: String) throws(S3Error) -> Int? {
        guard let text = request.header(name), !text.isEmpty else { return nil }
        guard let number = Int32(text), number >= 0 else {
            throw S3Error(
                .invalidArgument,
                "The value of \(name) must be an integer between 0 and 2147483647.",
                fields: [S3Error.Field("ArgumentName", name), S3Error.Field("ArgumentValue", text)]
            )
        }
        return Int(number)
    }

    package var rights: Rights {
        Rights(
            target.right(.getObject, .getObjectVersion),
            target.right(.getObjectAttributes, .getObjectVersionAttributes)
        )
    }

    package func perform(in context: OperationContext<some RequestSource>) async throws(S3Error) -> S3Response
    {
        let bucket = try context.bucket(target.object.bucket)
        let version = try await target.version(in: bucket, on: context.engine)
        for right in rights.all { try await context.access.confirm(right, on: version) }
        let headers =
            [(name: "Last-Modified", value: version.modified.httpDate)]
            + target.versionHeaders(version, in: bucket.settings)
        return S3Response(xml: result(version).xml, headers: headers)
    }

    private func result(_ version: ObjectVersion) -> ObjectAttributesResult {
        let checksums = version.checksums
        var result = ObjectAttributesResult()
        for attribute in attributes {
            switch attribute {
            case .etag: result.etag = ETag(version.etag)
            case .checksum:
                result.checksums = checksums.map(\.checksum)
                result.checksumKind = checksums.first?.kind
            case .parts: if version.isMultipart { result.parts = parts(version, checksums) }
            case .storageClass: result.storageClass = version.storageClassText
            case .size: result.size = version.size
            }
        }
        return result
    }

    private func parts(
        _ version: ObjectVersion,
        _ checksums: [StoredChecksum]
    ) -> ObjectAttributesResult.Parts {
        let parts = version.parts.enumerated().map { index, part in
            ObjectAttributesResult.Part(
                number: part.number,
                size: part.size,
                checksums: checksums.compactMap { stored in
                    guard stored.partValues.indices.contains(index) else { return nil }
                    return Checksum(ChecksumAlgorithm(stored.algorithm), bytes: stored.partValues[index])
                }
            )
        }
        return ObjectAttributesResult.Parts(of: parts, after: marker, partsMax: partsMax)
    }
}
