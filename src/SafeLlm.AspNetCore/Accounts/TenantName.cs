namespace SafeLlm.AspNetCore;

/// <summary>
/// Whose the things are that a call makes at the provider: the tenant's, where the key has one; else the user's, else the client's, else the key's
/// own. Each name begins with what it is, so that a user called like a tenant is another.
/// </summary>
internal static class TenantName
{
    /// <returns>Null where nobody is known: what everybody made would be everybody's.</returns>
    public static string? Of(IncomingCall call)
    {
        if (call.Key is not { } key) return null;
        // A store that is older than the check of its records may have empty names, which are nobody's.
        if (key.Tenant is { Length: > 0 } tenant) return "tenant:" + tenant;
        if (call.User is { Length: > 0 } user) return call.IsForAnother ? UserName.OfOther(key, user) : UserName.OfOwner(key);
        return key.Client is { Length: > 0 } client ? "client:" + client : "key:" + key.Key.KeyId;
    }
}
