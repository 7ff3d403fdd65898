namespace SafeLlm.Signing;

/// <summary>The components that have a rule of their own. All others are header fields, known by name only.</summary>
[Flags]
internal enum CoveredComponents
{
    None = 0,
    Method = 1 << 0,
    Authority = 1 << 1,
    Path = 1 << 2,
    Query = 1 << 3,
    TargetUri = 1 << 4,
    Scheme = 1 << 5,
    ContentDigest = 1 << 6,
    ContentType = 1 << 7,
    ContentEncoding = 1 << 8,
    IdempotencyKey = 1 << 9,
}
