using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SafeLlm.Dashboard;

/// <summary>
/// The page: a frame without a number in it. Its script asks for the numbers and writes them as text, never as markup; what is filled
/// in here is encoded.
/// </summary>
internal sealed class DashboardPage(IAntiforgery antiforgery)
{
    private readonly string frame = Encoding.UTF8.GetString(DashboardAsset.Read("dashboard.html"));

    public async Task WriteAsync(HttpContext context)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        var page = frame
            .Replace("{base}", Encode(BaseOf(context.Request.Path)), StringComparison.Ordinal)
            .Replace("{token-field}", Encode(tokens.FormFieldName), StringComparison.Ordinal)
            .Replace("{token}", Encode(tokens.RequestToken ?? ""), StringComparison.Ordinal)
            // last: a name may look like any of the others
            .Replace("{operator}", Encode(OperatorOf(context)), StringComparison.Ordinal);
        // Anti-forgery has its own idea of caching, which is weaker.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[HeaderNames.ContentType] = "text/html; charset=utf-8";
        await context.Response.WriteAsync(page, Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Who looks, as far as is known.</summary>
    public static string OperatorOf(HttpContext context) => context.User.Identity?.Name is { Length: > 0 } name ? name : "an operator without a name";

    // From the page to its parts, whatever a proxy put before or took from the path.
    private static string BaseOf(PathString path)
    {
        var text = path.Value!;
        return text.EndsWith('/') ? "" : text[(text.LastIndexOf('/') + 1)..] + "/";
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
