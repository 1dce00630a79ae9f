namespace Ordo.Sync.Engine.Health;

/// <summary>The operation queue of a device.</summary>
/// <param name="Bytes">The bytes of writes that wait for the writer.</param>
/// <param name="BytesMax">The bytes that may wait before callers wait too.</param>
/// <param name="WaiterCount">The callers who wait for room.</param>
public sealed record QueueHealth(long Bytes, long BytesMax, int WaiterCount);
