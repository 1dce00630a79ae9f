namespace Ordo.Sync;

/// <summary>Which planted fault is awake: one at a time, or none.</summary>
internal static class Mutants
{
    public static string? Awake { get; set; }

    public static bool Is(string name) => string.Equals(Awake, name, StringComparison.Ordinal);
}
