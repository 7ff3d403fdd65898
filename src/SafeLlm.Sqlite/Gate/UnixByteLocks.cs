using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Byte locks by <c>lockf</c>, which POSIX defines and whose arguments are the same on every 64-bit Unix. .NET's own
/// <c>FileStream.Lock</c> cannot wait. It locks from the file's position on, so one thread at a time may use it.
/// </summary>
internal sealed unsafe class UnixByteLocks : DescriptorLocks
{
    private const int Release = 0;
    private const int Wait = 1;
    private const int Try = 2;
    private const int FromStart = 0;
    private static readonly int Deadlock = OperatingSystem.IsLinux() ? 35 : 11;

    private readonly delegate* unmanaged<int, int, long, int> lockf;
    private readonly delegate* unmanaged<int, long, int, long> seek;

    private UnixByteLocks(SafeFileHandle file, nint lockf, nint seek)
        : base(file)
    {
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

    protected override int Call(int descriptor, Operation operation, long at)
    {
        _ = seek(descriptor, at, FromStart);
        return lockf(descriptor, operation switch { Operation.Release => Release, Operation.Wait => Wait, _ => Try }, 1);
    }

    // The locks are the process's, so the system sees a deadlock where two processes wait for each other at two files, each on a thread of
    // its own. It is over as soon as one of the other threads has had its turn.
    protected override bool GoesOn(int error) => error == Deadlock;
}
