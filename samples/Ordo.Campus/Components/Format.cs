using System.Globalization;
using Ordo.Sync.Causality;

namespace Ordo.Campus.Components;

/// <summary>How pages write numbers and times.</summary>
internal static class Format
{
    public static string Time(DateTimeOffset time) =>
        time.ToLocalTime().ToString("d MMM, HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Time(HybridTimestamp time) => Time(time.Time);

    public static string Time(long unixMilliseconds) => Time(DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds));

    public static string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < 5 } => "just now",
        { TotalSeconds: < 60 } => Number($"{age.TotalSeconds:F0} s ago"),
        { TotalMinutes: < 60 } => Number($"{age.TotalMinutes:F0} min ago"),
        { TotalHours: < 48 } => Number($"{age.TotalHours:F0} h ago"),
        _ => Number($"{age.TotalDays:N0} days ago"),
    };

    /// <param name="at">Unix milliseconds.</param>
    /// <param name="now">Unix milliseconds of now.</param>
    public static string Ago(long at, long now) => Ago(TimeSpan.FromMilliseconds(Math.Max(0, now - at)));

    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalMilliseconds: < 10 } => Number($"{duration.TotalMilliseconds:F1} ms"),
        { TotalMilliseconds: < 1000 } => Number($"{duration.TotalMilliseconds:F0} ms"),
        { TotalSeconds: < 60 } => Number($"{duration.TotalSeconds:F1} s"),
        _ => Number($"{duration.TotalMinutes:F1} min"),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => Number($"{bytes} B"),
        < 1_000_000 => Number($"{bytes / 1e3:F1} kB"),
        < 1_000_000_000 => Number($"{bytes / 1e6:F1} MB"),
        _ => Number($"{bytes / 1e9:F2} GB"),
    };

    public static string Count(long count, string one, string many) => Number($"{count:N0} {(count == 1 ? one : many)}");

    public static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
