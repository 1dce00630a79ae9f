using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Engine.Replicas;

namespace Ordo.Sync.Testing.Simulation.Oracles;

/// <summary>
/// What waits in one life of a device stays within what its options allow: the bytes of writes that wait for the writer, and the requests
/// under way to its peer.
/// </summary>
internal sealed class DeviceBounds(SimulatedDevice device, SyncOptions options)
{
    private int _requestCount;

    /// <summary>Judges the queue of writes; at a commit all that it takes is still counted.</summary>
    public void JudgeQueue(SyncEngine engine)
    {
        foreach ((LocalReplica replica, _) in engine.Replicas)
        {
            if (replica.WaitingBytes > options.QueueBytesMax)
            {
                device.World.Report(
                    $"{device.Name} lets {replica.WaitingBytes} bytes wait to be written; its queue takes {options.QueueBytesMax}.");
            }
        }
    }

    /// <summary>A request is sent.</summary>
    public void Send()
    {
        if (++_requestCount > options.Workers)
        {
            device.World.Report($"{device.Name} has {_requestCount} requests under way at once; it has {options.Workers} workers.");
        }
    }

    /// <summary>Its answer has come, or never will.</summary>
    public void End() => _requestCount--;
}
