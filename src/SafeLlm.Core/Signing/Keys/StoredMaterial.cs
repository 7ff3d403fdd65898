namespace SafeLlm.Signing;

/// <summary>A key as it lies in a store.</summary>
/// <param name="IsPublic">Whether the bytes are a public key; otherwise they are a sealed secret.</param>
/// <param name="Bytes">SubjectPublicKeyInfo, or what an <see cref="IKeyProtector"/> made.</param>
public sealed record StoredMaterial(bool IsPublic, ReadOnlyMemory<byte> Bytes);
