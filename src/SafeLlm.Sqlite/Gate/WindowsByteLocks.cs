using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>Byte locks by <c>LockFileEx</c>. On a handle that is not asynchronous it waits.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsByteLocks(SafeFileHandle file) : IByteLocks
{
    private const uint FailAtOnce = 1;
    private const uint Exclusive = 2;

    public bool TryLock(long at)
    {
        var place = Place(at);
        return LockFileEx(file, Exclusive | FailAtOnce, 0, 1, 0, &place);
    }

    public void Lock(long at)
    {
        var place = Place(at);
        if (!LockFileEx(file, Exclusive, 0, 1, 0, &place))
        {
            throw new IOException($"The gate of the store cannot be locked (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    public void Unlock(long at)
    {
        var place = Place(at);
        _ = UnlockFileEx(file, 0, 1, 0, &place);
    }

    private static NativeOverlapped Place(long at) => new() { OffsetLow = (int)at, OffsetHigh = (int)(at >> 32) };

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LockFileEx(SafeFileHandle file, uint flags, uint reserved, uint low, uint high, NativeOverlapped* place);

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool UnlockFileEx(SafeFileHandle file, uint reserved, uint low, uint high, NativeOverlapped* place);
}
