using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace SafeLlm.Dashboard;

/// <summary>Takes an action from the page: only with the page's own anti-forgery token.</summary>
internal sealed class KeyActionEndpoint(IAntiforgery antiforgery, KeyActions actions, LiveData data)
{
    private const long MostBytes = 16 * 1024;

    public RequestDelegate For(KeyAction action) => async context =>
    {
        var result = await RunAsync(context, action);
        if (result.IsDone) data.Forget();
        var buffer = new ArrayBufferWriter<byte>(256);
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, result.Message);
            json.WriteEndObject();
        }

        context.Response.StatusCode = result.Status;
        // Anti-forgery has its own idea of caching, which is weaker.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[HeaderNames.ContentType] = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    };

    private async Task<ActionResult> RunAsync(HttpContext context, KeyAction action)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = MostBytes;
        if (!request.HasFormContentType) return new ActionResult(StatusCodes.Status415UnsupportedMediaType, "An action is a form, as the page sends it. Nothing was changed.");
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(context.RequestAborted);
        }
        catch (BadHttpRequestException bad)
        {
            return new ActionResult(bad.StatusCode, "The form cannot be read. Nothing was changed.");
        }
        catch (InvalidDataException)
        {
            return new ActionResult(StatusCodes.Status400BadRequest, "The form cannot be read. Nothing was changed.");
        }

        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return new ActionResult(StatusCodes.Status400BadRequest, "This page is not the one that was shown to you last, or somebody else has signed in since. Load it again. Nothing was changed.");
        }

        // Given up by nobody: a page that is closed has asked for it all the same.
        return await actions.RunAsync(action, form["keyId"].ToString(), form["confirmation"].ToString(), DashboardPage.OperatorOf(context), CancellationToken.None);
    }
}
