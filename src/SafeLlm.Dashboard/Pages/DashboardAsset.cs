using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SafeLlm.Dashboard;

/// <summary>A file of the page, out of the assembly.</summary>
internal sealed class DashboardAsset
{
    private readonly string contentType;
    private readonly byte[] content;
    private readonly string tag;

    public DashboardAsset(string name, string contentType)
    {
        Name = name;
        this.contentType = contentType;
        content = Read(name);
        tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16))}\"";
    }

    public string Name { get; }

    /// <summary>A file of the assembly as it is.</summary>
    public static byte[] Read(string name)
    {
        using var stream = typeof(DashboardAsset).Assembly.GetManifestResourceStream($"SafeLlm.Dashboard.{name}")
            ?? throw new InvalidOperationException($"The page's part {name} is not in this build.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        // Kept, and asked for again each time: it is the same for everybody, but only operators get it.
        response.Headers.CacheControl = "private, no-cache";
        response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.Headers[HeaderNames.ContentType] = contentType;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
