namespace SafeLlm.AspNetCore;

/// <summary>What a store has to be told of an id of the provider.</summary>
/// <param name="Id">The id, as it is kept.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="IsGone">Whether it is to be forgotten.</param>
internal sealed record IssuedIdChange(string Id, string Tenant, bool IsGone);
