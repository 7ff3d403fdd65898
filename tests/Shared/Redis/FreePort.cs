using System.Net;
using System.Net.Sockets;

namespace SafeLlm.Redis.Tests;

/// <summary>A port on loopback that nobody listens on.</summary>
internal static class FreePort
{
    public static int Take()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
