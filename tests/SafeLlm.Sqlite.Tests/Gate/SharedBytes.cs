using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Tests.Gate;

/// <summary>The byte locks of one file as several processes see them: each has its own view, and loses its locks when it dies.</summary>
internal sealed class SharedBytes
{
    private readonly Dictionary<long, object> owners = [];

    public Process NewProcess() => new(this);

    public sealed class Process(SharedBytes bytes) : IByteLocks
    {
        public bool TryLock(long at)
        {
            lock (bytes.owners)
            {
                if (bytes.owners.TryGetValue(at, out var owner) && owner != this) return false;
                bytes.owners[at] = this;
                return true;
            }
        }

        public void Lock(long at)
        {
            lock (bytes.owners)
            {
                while (!TryLock(at)) Monitor.Wait(bytes.owners);
            }
        }

        public void Unlock(long at)
        {
            lock (bytes.owners)
            {
                if (bytes.owners.GetValueOrDefault(at) == this) bytes.owners.Remove(at);
                Monitor.PulseAll(bytes.owners);
            }
        }

        /// <summary>What the system does when a process is killed.</summary>
        public void Die()
        {
            lock (bytes.owners)
            {
                foreach (var at in bytes.owners.Where(held => held.Value == this).Select(held => held.Key).ToList()) bytes.owners.Remove(at);
                Monitor.PulseAll(bytes.owners);
            }
        }
    }
}
