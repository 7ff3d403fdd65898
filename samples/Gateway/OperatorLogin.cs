using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>Lets operators sign in to the dashboard with a name and a password (RFC 7617). Behind TLS only: both go over the wire with every request.</summary>
internal sealed class OperatorLogin(OperatorPasswords passwords, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme, and the policy that the dashboard is behind.</summary>
    public const string Name = "operators";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());
        var credentials = new byte[header.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", credentials, out var length)) return Task.FromResult(AuthenticateResult.Fail("The credentials are no Base64."));
        var parts = Encoding.UTF8.GetString(credentials, 0, length).Split(':', 2);
        if (parts.Length < 2 || !passwords.IsRight(parts[0], parts[1])) return Task.FromResult(AuthenticateResult.Fail("Name and password do not belong together."));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, parts[0])], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Basic realm=\"SafeLlm\", charset=\"UTF-8\"";
        return Task.CompletedTask;
    }
}
