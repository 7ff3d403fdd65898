using System.Globalization;
using System.Net.Sockets;
using System.Text;
using SafeLlm.AspNetCore;

namespace SafeLlm.Tests.Attacks;

/// <summary>Whoever cannot spend much can still hold much: bodies that trickle, headers without end, streams that nobody reads to their end.</summary>
internal static class HeldConnections
{
    private const int Each = 100;
    private const int ConcurrentCalls = 4;
    private const int HugeHeader = 64 * 1024;

    public static async Task<AttackResult> RunAsync(CancellationToken cancellationToken)
    {
        await using var stage = await AttackStage.StartAsync(
            options => options.Tiers["HELD"] = new SafeLlmTierOptions { MaxOutputTokens = 500, ConcurrentCalls = ConcurrentCalls, DollarsPerDay = 1m },
            cancellationToken);
        var key = stage.Keys.Add("attacker", "HELD");
        List<Socket> slow = [];
        try
        {
            for (var i = 0; i < Each; i++) slow.Add(await SendAsync(stage, stage.Signed(key, AttackStage.Chat(AttackPrompts.Cheap)), length: 1, cancellationToken));
            await CountRefusedAsync(stage, slow, Each - ConcurrentCalls, cancellationToken);
            // What has not been read whole holds nothing.
            if (await stage.OpenHoldsAsync(cancellationToken) is var open and not 0) throw new InvalidOperationException($"Bodies that trickle took {open} holds.");
            await stage.AskHonestlyAsync(cancellationToken);
            for (var i = 0; i < Each; i++) stage.Count(await SendHeadersWithoutEndAsync(stage, cancellationToken));
            await stage.AskHonestlyAsync(cancellationToken);
            await HoldStreamsAsync(stage, stage.Keys.Add("reader-of-nothing", "HELD"), cancellationToken);
        }
        finally
        {
            foreach (var socket in slow) socket.Dispose();
        }

        await stage.EndedAsync(cancellationToken);
        if (await stage.OpenHoldsAsync(cancellationToken) is var left and not 0) throw new InvalidOperationException($"{left} holds are left of callers who are gone.");
        return stage.Result("held: slow bodies, headers, streams", 1m);
    }

    private static async Task<Socket> SendAsync(AttackStage stage, AspNetCore.Tests.TestRequest request, int length, CancellationToken cancellationToken)
    {
        var socket = await ConnectAsync(stage, cancellationToken);
        var head = request.Head(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {request.Body.Length}"));
        await socket.SendAsync(Encoding.Latin1.GetBytes(head), cancellationToken);
        await socket.SendAsync(request.Body.AsMemory(0, length), cancellationToken);
        return socket;
    }

    // Those that are being read are answered when they have come whole, which is never.
    private static async Task CountRefusedAsync(AttackStage stage, List<Socket> sockets, int count, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answers = sockets.ConvertAll(socket => ReadStatusAsync(socket, enough.Token));
        await foreach (var answer in Task.WhenEach(answers).WithCancellation(cancellationToken))
        {
            stage.Count(await answer);
            if (--count == 0) break;
        }

        await enough.CancelAsync();
        // What is left was cancelled, and nothing else.
        if (await Task.WhenAny(Task.WhenAll(answers)) is { IsCanceled: false } failed) await failed;
    }

    private static async Task<int> SendHeadersWithoutEndAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(stage, cancellationToken);
        await socket.SendAsync(Encoding.Latin1.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: {stage.Authority}\r\nSignature: {new string('a', HugeHeader)}\r\n\r\n"), cancellationToken);
        return await ReadStatusAsync(socket, cancellationToken);
    }

    private static async Task<int> ReadStatusAsync(Socket socket, CancellationToken cancellationToken)
    {
        var line = new byte[12];
        var read = 0;
        while (read < line.Length && await socket.ReceiveAsync(line.AsMemory(read), cancellationToken) is var some and > 0) read += some;
        // "HTTP/1.1 431"
        return int.Parse(Encoding.ASCII.GetString(line, 9, 3), CultureInfo.InvariantCulture);
    }

    private static async Task HoldStreamsAsync(AttackStage stage, Signing.SigningKey key, CancellationToken cancellationToken)
    {
        stage.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Socket> streams = [];
        try
        {
            List<AspNetCore.Tests.TestRequest> requests = [.. Enumerable.Range(0, Each).Select(_ => stage.Signed(key, AttackStage.Chat(AttackPrompts.Essay, isStreaming: true)))];
            foreach (var request in requests) streams.Add(await SendAsync(stage, request, request.Body.Length, cancellationToken));
            // Of each the first line is read and nothing more.
            var held = 0;
            for (var i = 0; i < Each; i++)
            {
                var status = await ReadStatusAsync(streams[i], cancellationToken);
                if (status == 200) held++;
                stage.Count(status, requests[i].Body);
            }

            if (held != ConcurrentCalls) throw new InvalidOperationException($"{held} streams are held open, and the tier allows {ConcurrentCalls}.");
            await stage.AskHonestlyAsync(cancellationToken);
        }
        finally
        {
            foreach (var socket in streams) socket.Dispose();
        }

        // Who leaves takes the hold along.
        await stage.EndedAsync(cancellationToken);
    }

    private static async Task<Socket> ConnectAsync(AttackStage stage, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(stage.EndPoint, cancellationToken);
        return socket;
    }
}
