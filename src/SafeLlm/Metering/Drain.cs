using Microsoft.Extensions.Logging;
using SafeLlm.Formats;
using SafeLlm.Holds;

namespace SafeLlm.Metering;

/// <summary>Reads a stream on that its reader left, bounded, so that its usage still comes.</summary>
internal sealed class Drain(TimeSpan most, TimeProvider time, ILogger logger, string callId)
{
    // Far above any answer; a stream that never ends is not read for ever.
    private const long MostBytes = 64L << 20;

    public async Task RunAsync(LastingReads reads, ResponseMeter meter, AttemptHold hold)
    {
        var isWhole = false;
        try
        {
            using var patience = new CancellationTokenSource(most, time);
            var buffer = new byte[8 << 10];
            for (var bytes = 0L; bytes < MostBytes;)
            {
                var read = await reads.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
                isWhole = read == 0;
                if (isWhole) break;
                meter.Append(buffer.AsSpan(0, read));
                hold.ExtendIfDue();
                bytes += read;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or InvalidDataException or HttpRequestException or ObjectDisposedException)
        {
            // However it ended, the hold is settled from what was read until then; that is what draining is for.
        }

        Log.Drained(logger, callId, isWhole);
    }
}
