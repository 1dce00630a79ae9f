namespace Ordo.Sync.Engine.Resources;

/// <summary>What the process takes of its memory limit, and what the engine has done about it.</summary>
/// <param name="Profile">The name of the profile.</param>
/// <param name="Level">The level.</param>
/// <param name="LimitBytes">The limit; <see langword="null"/> where there is none.</param>
/// <param name="WorkingSetBytes">The resident memory of the whole process, the app's own included.</param>
/// <param name="PeakWorkingSetBytes">The most that the engine has measured; what came and went between two looks is not in it.</param>
/// <param name="ManagedBytes">What .NET's heap takes.</param>
/// <param name="QueueBytes">The bytes of writes that wait for the writer.</param>
/// <param name="PageBytesMax">The bytes of the largest page that a session would begin with now.</param>
/// <param name="ShedCount">How often a level was raised since the engine was made.</param>
/// <param name="CompactionCount">How often the heap was compacted for it.</param>
/// <param name="MeasuredAt">When this was measured.</param>
public sealed record MemoryReport(
    string Profile,
    MemoryLevel Level,
    long? LimitBytes,
    long WorkingSetBytes,
    long PeakWorkingSetBytes,
    long ManagedBytes,
    long QueueBytes,
    int PageBytesMax,
    int ShedCount,
    int CompactionCount,
    DateTimeOffset MeasuredAt);
