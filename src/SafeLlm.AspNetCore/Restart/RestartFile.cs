using System.Security.Cryptography;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The state file of a single node: a mark that is raised, and flushed to the disk, before anything above it is accepted; and after an
/// orderly stop the nonces. Both are authenticated with a key that lies beside the file. The file stays locked while it is used.
/// </summary>
internal sealed class RestartFile : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly FileStream file;
    private readonly byte[] key;
    private readonly InMemoryNonceStore nonces;
    private readonly Lock gate = new();
    private long mark;
    private uint refusedUntil;
    private bool isClosed;

    private RestartFile(FileStream file, byte[] key, InMemoryNonceStore nonces)
    {
        this.file = file;
        this.key = key;
        this.nonces = nonces;
    }

    /// <summary>Opens or makes the file, and takes in the nonces of an orderly stop.</summary>
    /// <param name="path">The file.</param>
    /// <param name="nonces">Where the nonces go.</param>
    /// <param name="fallback">What is refused up to where the file cannot tell: it is new, or was changed.</param>
    /// <param name="until">What is refused up to; null for nothing.</param>
    /// <exception cref="IOException">The file cannot be used, or another process uses it.</exception>
    public static RestartFile Open(string path, InMemoryNonceStore nonces, DateTimeOffset fallback, out DateTimeOffset? until)
    {
        var stream = Lock(path);
        try
        {
            var file = new RestartFile(stream, ReadKey(path + ".key"), nonces);
            until = file.Load(fallback);
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that the mark on the disk is at or above an instant. False where it cannot be written: then nothing may be accepted.</summary>
    public bool TryRaise(DateTimeOffset created)
    {
        var seconds = created.ToUnixTimeSeconds();
        if (seconds <= Volatile.Read(ref mark) && !Volatile.Read(ref isClosed)) return true;
        lock (gate)
        {
            if (isClosed) return false;
            if (seconds <= mark) return true;
            // Ahead of time, so that there is at most one write in two seconds.
            var raised = seconds + (long)Step.TotalSeconds;
            try
            {
                Write(RestartRecord.Running(raised), []);
            }
            catch (IOException)
            {
                return false;
            }

            Volatile.Write(ref mark, raised);
            return true;
        }
    }

    public void Save()
    {
        lock (gate)
        {
            if (isClosed) return;
            isClosed = true;
            using var saved = new MemoryStream();
            nonces.Save(saved);
            Write(RestartRecord.Stopped(mark, refusedUntil), saved.ToArray());
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            file.Dispose();
        }
    }

    private DateTimeOffset? Load(DateTimeOffset fallback)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var isTrusted = RestartRecord.TryRead(bytes, key, out var record, out var saved);
        DateTimeOffset? until = isTrusted ? DateTimeOffset.FromUnixTimeSeconds(record.Mark) : fallback;
        // What the one before could not tell of the one before it, nobody can tell yet.
        if (isTrusted && record.IsStopped && TryTakeIn(saved)) until = record.Until == 0 ? null : DateTimeOffset.FromUnixTimeSeconds(record.Until);
        refusedUntil = (uint)(until?.ToUnixTimeSeconds() ?? 0);

        // Before anything is accepted: a copy of this stop must not be taken in twice.
        mark = isTrusted ? record.Mark : fallback.ToUnixTimeSeconds();
        Write(RestartRecord.Running(mark), []);
        return until;
    }

    private bool TryTakeIn(ReadOnlySpan<byte> saved)
    {
        try
        {
            _ = nonces.Load(saved);
            return true;
        }
        catch (InvalidDataException)
        {
            // More than the cap of today: then those that did not fit cannot be told from new ones.
            return false;
        }
    }

    private void Write(RestartRecord record, byte[] saved)
    {
        var bytes = record.ToBytes(saved, key);
        file.Position = 0;
        file.Write(bytes);
        file.SetLength(bytes.Length);
        file.Flush(flushToDisk: true);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return OpenOwn(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The state file {path} cannot be used: {failure.Message} One process uses one state file; give each its own, or share a store such as UseSqlite.", failure);
        }
    }

    private static byte[] ReadKey(string path)
    {
        using var stream = OpenOwn(path, FileMode.OpenOrCreate, FileShare.None);
        var key = new byte[HMACSHA256.HashSizeInBytes];
        if (stream.Length == key.Length)
        {
            stream.ReadExactly(key);
            return key;
        }

        RandomNumberGenerator.Fill(key);
        stream.SetLength(0);
        stream.Write(key);
        stream.Flush(flushToDisk: true);
        return key;
    }

    private static FileStream OpenOwn(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
