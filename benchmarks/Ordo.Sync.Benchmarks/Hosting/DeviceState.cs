namespace Ordo.Sync.Benchmarks.Hosting;

/// <summary>What a device's process says after each step.</summary>
/// <param name="Seconds">How long the step took.</param>
/// <param name="RecordCount">The records it holds.</param>
/// <param name="PulledCount">The records that came in the step.</param>
/// <param name="Bytes">The bytes sent and received in the step.</param>
/// <param name="PeakBytes">The peak of its resident memory so far, as the system keeps it.</param>
/// <param name="WorkingSetBytes">Its resident memory now.</param>
/// <param name="ManagedBytes">Its managed heap now.</param>
/// <param name="Level">The level of its memory governor.</param>
/// <param name="CompactionCount">How often the governor compacted.</param>
internal sealed record DeviceState(
    double Seconds,
    long RecordCount,
    long PulledCount,
    long Bytes,
    long PeakBytes,
    long WorkingSetBytes,
    long ManagedBytes,
    string Level,
    int CompactionCount);
