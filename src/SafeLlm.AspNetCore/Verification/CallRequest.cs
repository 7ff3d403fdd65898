using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.AspNetCore;

/// <summary>Gives the endpoint the bytes that were verified, and headers that fit them.</summary>
internal static class CallRequest
{
    public static void Prepare(IncomingCall call, VerifiedBody body)
    {
        var request = call.Context.Request;
        request.Body = body;
        call.Context.Features.Set<IRequestBodyPipeFeature>(body);
        if (!call.Request!.HasContent) return;
        // One length and no chunks: what passes the request on must not declare both.
        request.Headers.Remove("Transfer-Encoding");
        request.ContentLength = body.Length;
        if (call.IsDecoded) request.Headers.Remove("Content-Encoding");
        // It was over other bytes.
        if (call.IsEdited || call.IsDecoded) request.Headers.Remove("Content-Digest");
    }
}
