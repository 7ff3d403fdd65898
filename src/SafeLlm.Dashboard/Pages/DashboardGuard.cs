using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace SafeLlm.Dashboard;

/// <summary>What every endpoint of the dashboard does first.</summary>
/// <param name="policyName">The policy that all of them are behind.</param>
internal sealed class DashboardGuard(string policyName)
{
    // Everything comes from this application, nothing may frame it, and no string becomes code or markup (trusted types).
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public RequestDelegate Around(RequestDelegate run) => async context =>
    {
        SetHeaders(context.Response.Headers);

        // Again, although the endpoint requires the policy: a group's AllowAnonymous would switch that off for all that is in it.
        var authorization = context.RequestServices.GetRequiredService<IAuthorizationService>();
        if (!(await authorization.AuthorizeAsync(context.User, context, policyName)).Succeeded)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await run(context);
    };

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }
}
