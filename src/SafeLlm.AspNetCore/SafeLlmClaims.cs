namespace SafeLlm.AspNetCore;

/// <summary>The claims of a verified caller in <see cref="Microsoft.AspNetCore.Http.HttpContext.User"/>.</summary>
public static class SafeLlmClaims
{
    /// <summary>The client that the key was issued to; the identity's name.</summary>
    public const string Client = "client";

    /// <summary>The user behind the call: the key's, or the one that a key with <c>ActsForUsers</c> named.</summary>
    public const string User = "user";

    /// <summary>The tenant of the key.</summary>
    public const string Tenant = "tenant";

    /// <summary>The tag of the device that holds the key.</summary>
    public const string Device = "device";

    /// <summary>The tier of the call; the identity's role.</summary>
    public const string Tier = "tier";

    /// <summary>The public name of the key.</summary>
    public const string KeyId = "keyid";
}
