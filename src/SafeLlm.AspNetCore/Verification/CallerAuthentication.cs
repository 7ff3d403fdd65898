using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace SafeLlm.AspNetCore;

/// <summary>Who signed, made when somebody asks: nearly no endpoint does.</summary>
internal sealed class CallerAuthentication(IncomingCall call) : IHttpAuthenticationFeature
{
    private ClaimsPrincipal? user;

    public ClaimsPrincipal? User
    {
        get => user ??= CallerPrincipal.Of(call);
        set => user = value;
    }

    /// <summary>Sets the user of a call's request.</summary>
    public static void Set(IncomingCall call)
    {
        var features = call.Context.Features;
        // Where authentication ran before, its own feature has more to it than the user.
        if (features.Get<IHttpAuthenticationFeature>() is not null) call.Context.User = CallerPrincipal.Of(call);
        else features.Set<IHttpAuthenticationFeature>(new CallerAuthentication(call));
    }
}
