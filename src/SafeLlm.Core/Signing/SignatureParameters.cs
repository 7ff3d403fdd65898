namespace SafeLlm.Signing;

/// <summary>The parameters of a signature that the profile knows.</summary>
[Flags]
internal enum SignatureParameters
{
    None = 0,
    Created = 1 << 0,
    Expires = 1 << 1,
    Nonce = 1 << 2,
    KeyId = 1 << 3,
    Algorithm = 1 << 4,
    Tag = 1 << 5,

    /// <summary>The tag is there and says safellm-v1.</summary>
    OurTag = 1 << 6,

    Required = Created | Expires | Nonce | KeyId | Tag,
}
