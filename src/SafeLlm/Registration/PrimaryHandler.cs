namespace SafeLlm.Registration;

/// <summary>The handler that sends.</summary>
internal static class PrimaryHandler
{
    /// <summary>
    /// One that follows no redirect (a redirected request is a second one, beside its hold, to a host nobody named) and keeps
    /// no cookies.
    /// </summary>
    public static SocketsHttpHandler Create() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>The given handler with redirects off at its end.</summary>
    /// <exception cref="ArgumentException">It follows redirects and has been used, so that it cannot be changed any more.</exception>
    public static HttpMessageHandler WithoutRedirects(HttpMessageHandler handler, out bool wasChanged)
    {
        var last = handler;
        while (last is DelegatingHandler { InnerHandler: { } next }) last = next;

        wasChanged = last is SocketsHttpHandler { AllowAutoRedirect: true } or HttpClientHandler { AllowAutoRedirect: true };
        if (!wasChanged) return handler;

        try
        {
            if (last is SocketsHttpHandler sockets) sockets.AllowAutoRedirect = false;
            else ((HttpClientHandler)last).AllowAutoRedirect = false;
        }
        catch (InvalidOperationException inUse)
        {
            throw new ArgumentException($"The inner {last.GetType().Name} follows redirects, and is in use already, so that this cannot be changed. Set its AllowAutoRedirect to false before its first request.", nameof(handler), inUse);
        }

        return handler;
    }
}
