namespace Ordo.Sync.Engine.Resources;

/// <summary>
/// Tells the level of a measurement, with hysteresis: a level is left only some way below where it was entered, so that a process
/// that hovers at a threshold does not shed and recover in turns.
/// </summary>
/// <param name="limitBytes">The limit.</param>
internal readonly struct MemoryThresholds(long limitBytes)
{
    private const int HighPercent = 80;
    private const int HighLeftPercent = 70;
    private const int CriticalPercent = 92;
    private const int CriticalLeftPercent = 85;

    /// <summary>The level after a measurement.</summary>
    /// <param name="level">The level before it.</param>
    /// <param name="bytes">What was measured.</param>
    public MemoryLevel Next(MemoryLevel level, long bytes)
    {
        bool staysCritical = level == MemoryLevel.Critical && bytes >= Share(CriticalLeftPercent);
        if (staysCritical || bytes >= Share(CriticalPercent))
        {
            return MemoryLevel.Critical;
        }

        bool staysHigh = level >= MemoryLevel.High && bytes >= Share(HighLeftPercent);
        return staysHigh || bytes >= Share(HighPercent) ? MemoryLevel.High : MemoryLevel.Normal;
    }

    private long Share(int percent) => limitBytes / 100 * percent;
}
