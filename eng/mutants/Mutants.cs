using System.Collections.Concurrent;

namespace Ordo.Sync;

/// <summary>Which planted fault is awake: one at a time, or none.</summary>
internal static class Mutants
{
    private static readonly ConcurrentDictionary<object, (object? Value, int Count)> FirstRead = new();

    public static string? Awake { get; set; }

    public static bool Is(string name) => string.Equals(Awake, name, StringComparison.Ordinal);

    /// <summary>What stood under a key when it was first read, at each third reading; what stands there now otherwise.</summary>
    public static T? Earlier<T>(object key, T? now, bool isAwake)
        where T : class
    {
        if (!isAwake || now is null)
        {
            return now;
        }

        (object? value, int count) = FirstRead.AddOrUpdate(key, (now, 0), static (_, held) => (held.Value, held.Count + 1));
        return count % 3 == 2 ? (T?)value : now;
    }
}
