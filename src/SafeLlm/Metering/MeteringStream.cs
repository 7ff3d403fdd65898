using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using SafeLlm.Holds;
using SafeLlm.Retries;

namespace SafeLlm.Metering;

/// <summary>
/// Hands an answer's bytes on as they come and shows them to the meter. When they end, or will not be read further, the
/// attempt's hold is closed: once, from whatever thread that becomes known.
/// </summary>
internal sealed class MeteringStream(AnswerSource source, AttemptHold hold, CallClock clock, Drain? drain) : Stream
{
    private readonly LastingReads? lasting = drain is null ? null : new LastingReads(source.Stream, clock.Token);
    private readonly ArrayBufferWriter<byte>? passed = source.Filters ? new ArrayBufferWriter<byte>() : null;
    private ReadOnlyMemory<byte> ending;
    private int handedOn;
    private bool isReading;
    private bool isOver;
    private Exception? failure;
    private bool isClosed;
    private bool isDraining;

    /// <summary>
    /// Ends the answer when the call's time is up and nobody reads it: of one that is neither read to its end nor disposed a scope would hold
    /// the room for good, as it knows no leases. Called once. Nothing is kept of it, as the clock that calls back is disposed with the answer.
    /// </summary>
    public void EndInTime() => clock.Token.UnsafeRegister(static stream => ((MeteringStream)stream!).NoteTimeUp(), this);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A read of nothing asks whether bytes are there; its 0 is not the end.
        if (buffer.IsEmpty) return ValueTask.FromResult(0);
        if (passed is not null) return ReadChangedAsync(passed, buffer, cancellationToken);

        // Bytes go straight into the reader's buffer; only where the stream is cut does something else follow them.
        return ending.IsEmpty ? PullAsync(buffer, cancellationToken) : ValueTask.FromResult(TakeEnding(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (Leave() is { } finish) await finish(this).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        // Not waited for: closing a hold never fails the caller, and whoever must wait for it uses DisposeAsync.
        if (disposing && Leave() is { } finish) _ = finish(this).AsTask();
        base.Dispose(disposing);
    }

    private int TakeEnding(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, ending.Length);
        ending.Span[..count].CopyTo(buffer);
        ending = ending[count..];
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadChangedAsync(ArrayBufferWriter<byte> passed, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (handedOn == passed.WrittenCount)
        {
            passed.ResetWrittenCount();
            handedOn = 0;
            if (isOver) return End();

            var raw = ArrayPool<byte>.Shared.Rent(4096);
            try
            {
                var read = await PullAsync(raw, cancellationToken).ConfigureAwait(false);
                source.Change(raw.AsSpan(0, read), passed);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(raw);
            }
        }

        var count = Math.Min(buffer.Length, passed.WrittenCount - handedOn);
        passed.WrittenSpan.Slice(handedOn, count).CopyTo(buffer.Span);
        handedOn += count;
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> PullAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!Enter()) return End();

        int read;
        var goesOn = false;
        var isLeft = false;
        try
        {
            // Under Drain the reader's token ends the waiting alone, and one that cannot be cancelled needs no following.
            using (lasting is null && cancellationToken.CanBeCanceled ? clock.Follow(cancellationToken) : default)
            {
                read = lasting is null
                    ? await source.Stream.ReadAsync(buffer, clock.Token).ConfigureAwait(false)
                    : await lasting.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            }

            if (read > 0)
            {
                // Before the read is over: whoever settles or drains then has all that was seen.
                read = source.Take(buffer.Span[..read]);
                hold.ExtendIfDue();
                goesOn = true;
            }
        }
        catch (Exception stopped) when (clock.IsTimeUp)
        {
            throw failure = clock.TimeUp(stopped);
        }
        catch (OperationCanceledException stopped) when (cancellationToken.IsCancellationRequested)
        {
            isLeft = true;
            throw failure = new TaskCanceledException(stopped.Message, stopped.InnerException, cancellationToken);
        }
        catch (Exception broken)
        {
            failure = broken;
            throw;
        }
        finally
        {
            if (Exit(goesOn, isLeft)) await FinishAsync().ConfigureAwait(false);
        }

        if (goesOn && source.IsCut) await CutAsync().ConfigureAwait(false);
        return read;
    }

    // Whether there is something to read. A stream that is over stays at its end. The source is this stream's alone, and locked on throughout:
    // an object for nothing else would cost every call.
    private bool Enter()
    {
        lock (source)
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            if (isOver) return false;
            if (isReading) throw new InvalidOperationException("An answer is read by one reader at a time.");
            return isReading = true;
        }
    }

    // What a read finds behind the last byte: the end of the answer, or, of one that broke, what broke it. A clean end would make a part of an
    // answer look like the whole.
    private int End()
    {
        Exception? broken;
        lock (source) broken = failure;
        if (broken is not null) ExceptionDispatchInfo.Throw(broken);
        return 0;
    }

    private void NoteTimeUp()
    {
        lock (source)
        {
            // Cancelled by whoever reads, or read just now: the read ends it.
            if (!clock.IsTimeUp || isReading || isOver) return;
            failure = clock.TimeUp(null);
            isOver = true;
        }

        _ = FinishInTimeAsync();
    }

    // Whether this read was the last, so that it has to close the hold.
    private bool Exit(bool goesOn, bool isLeft)
    {
        lock (source)
        {
            isReading = false;
            if (goesOn && !isOver && clock.IsTimeUp)
            {
                // The time was up while it was under way, and nobody may come to read on.
                failure = clock.TimeUp(null);
                goesOn = false;
            }

            if (isOver || (goesOn && !isClosed)) return false;
            isDraining = (goesOn || isLeft) && CanDrain;
            return isOver = true;
        }
    }

    // What whoever disposes has to do: nothing where the hold is closed, or where a read under way will close it.
    private Func<MeteringStream, ValueTask>? Leave()
    {
        lock (source)
        {
            if (isClosed) return null;
            isClosed = true;
            if (isDraining) return null;
            if (isOver) return static stream => stream.ReleaseAsync();
            if (isReading)
            {
                // The read under way sees its source go, and finishes; under Drain it finishes when its bytes come.
                return lasting is null ? static stream => stream.ReleaseAsync() : null;
            }

            isOver = true;
            isDraining = CanDrain;
            return static stream => stream.FinishAsync();
        }
    }

    private async ValueTask CutAsync()
    {
        lock (source)
        {
            if (isOver) return;
            isOver = true;
        }

        // Where bytes may be taken out, the ending goes through what takes them out.
        if (passed is null) ending = source.Ending;
        hold.NoteCut();
        await SettleAsync().ConfigureAwait(false);
        await ReleaseAsync().ConfigureAwait(false);
    }

    private bool CanDrain => drain is not null && !clock.IsTimeUp;

    private ValueTask FinishAsync()
    {
        if (isDraining && drain is not null && lasting is not null)
        {
            _ = DrainAsync(drain, lasting);
            return ValueTask.CompletedTask;
        }

        var settling = SettleAsync();
        if (!settling.IsCompletedSuccessfully) return FinishAsync(settling);
        return isClosed ? ReleaseAsync() : ValueTask.CompletedTask;
    }

    private async ValueTask FinishAsync(ValueTask settling)
    {
        await settling.ConfigureAwait(false);
        if (isClosed) await ReleaseAsync().ConfigureAwait(false);
    }

    // A task of its own: this runs where a timer does, and nobody there would catch a failure.
    private async Task FinishInTimeAsync()
    {
        var settling = SettleAsync(isAbandoned: true);
        // Nobody waits for what the provider still generates.
        await ReleaseAsync().ConfigureAwait(false);
        await settling.ConfigureAwait(false);
    }

    private async Task DrainAsync(Drain drain, LastingReads reads)
    {
        try
        {
            await drain.RunAsync(reads, source.Meter, hold).ConfigureAwait(false);
        }
        finally
        {
            // Whatever ended it: nobody else closes the hold any more.
            reads.Abandon();
            await SettleAsync().ConfigureAwait(false);
            await ReleaseAsync().ConfigureAwait(false);
        }
    }

    private ValueTask SettleAsync(bool isAbandoned = false)
    {
        clock.Dispose();
        return hold.SettleAsync(source.Meter.Complete(), isAbandoned);
    }

    private ValueTask ReleaseAsync()
    {
        source.Dispose();
        return ValueTask.CompletedTask;
    }
}
