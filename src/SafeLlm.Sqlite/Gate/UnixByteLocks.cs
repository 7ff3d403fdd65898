using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Byte locks by <c>lockf</c>, which POSIX defines and whose arguments are the same on every 64-bit Unix. .NET's own
/// <c>FileStream.Lock</c> cannot wait. It locks from the file's position on, so one thread at a time may use it.
/// </summary>
internal sealed unsafe class UnixByteLocks : IByteLocks
{
    private const int Release = 0;
    private const int Wait = 1;
    private const int Try = 2;
    private const int FromStart = 0;
    private const int Interrupted = 4;
    private static readonly int Deadlock = OperatingSystem.IsLinux() ? 35 : 11;

    private readonly SafeFileHandle file;
    private readonly delegate* unmanaged<int, int, long, int> lockf;
    private readonly delegate* unmanaged<int, long, int, long> seek;

    private UnixByteLocks(SafeFileHandle file, nint lockf, nint seek)
    {
        this.file = file;
        this.lockf = (delegate* unmanaged<int, int, long, int>)lockf;
        this.seek = (delegate* unmanaged<int, long, int, long>)seek;
    }

    /// <summary>Null where the system does not offer what is needed.</summary>
    public static UnixByteLocks? Create(SafeFileHandle file) =>
        nint.Size == 8
        && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "lockf", out var lockf)
        && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "lseek", out var seek)
            ? new UnixByteLocks(file, lockf, seek)
            : null;

    public bool TryLock(long at) => Call(Try, at) == 0;

    public void Lock(long at)
    {
        var pause = default(SpinWait);
        while (Call(Wait, at) != 0)
        {
            // The locks are the process's, so the system sees a deadlock where two processes wait for each other at two files,
            // each on a thread of its own. It is over as soon as one of the other threads has had its turn.
            if (Marshal.GetLastSystemError() == Deadlock)
            {
                pause.SpinOnce();
                continue;
            }

            throw new IOException($"The gate of the store cannot be locked (error {Marshal.GetLastSystemError()}).");
        }
    }

    public void Unlock(long at) => _ = Call(Release, at);

    private int Call(int command, long at)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var descriptor = (int)file.DangerousGetHandle();
            int result;
            do
            {
                _ = seek(descriptor, at, FromStart);
                result = lockf(descriptor, command, 1);
            }
            while (result != 0 && Marshal.GetLastSystemError() == Interrupted);
            return result;
        }
        finally
        {
            if (added)
            {
                file.DangerousRelease();
            }
        }
    }
}
