package import Engine
package import S3API

extension BucketText {
    /// What a parser makes of the text; it is called once.
    package func parsed<Value: Sendable>(
        by parse: ([UInt8]) throws(S3Error) -> Value
    ) throws(S3Error) -> Value {
        try meaning { bytes in
            Result { () throws(S3Error) -> Value in try parse(bytes) }
        }.get()
    }
}
