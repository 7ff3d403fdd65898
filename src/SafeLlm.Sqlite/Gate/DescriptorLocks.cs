using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeLlm.Sqlite.Gate;

/// <summary>Byte locks that a system call takes of a file's descriptor. A call that a signal interrupted is made again.</summary>
internal abstract class DescriptorLocks(SafeFileHandle file) : IByteLocks
{
    private const int Interrupted = 4;

    protected enum Operation
    {
        Release,
        Wait,
        Try,
    }

    public bool TryLock(long at) => Call(Operation.Try, at) == 0;

    public void Lock(long at)
    {
        var pause = default(SpinWait);
        while (Call(Operation.Wait, at) != 0)
        {
            var error = Marshal.GetLastSystemError();
            if (!GoesOn(error))
            {
                throw new IOException($"The gate of the store cannot be locked (error {error}).");
            }

            pause.SpinOnce();
        }
    }

    public void Unlock(long at) => _ = Call(Operation.Release, at);

    /// <summary>Makes the call. 0 where it did what was asked.</summary>
    protected abstract int Call(int descriptor, Operation operation, long at);

    /// <summary>Whether a wait that ended with this error is taken up again, after a pause.</summary>
    protected virtual bool GoesOn(int error) => false;

    private int Call(Operation operation, long at)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            var descriptor = (int)file.DangerousGetHandle();
            int result;
            do
            {
                result = Call(descriptor, operation, at);
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
