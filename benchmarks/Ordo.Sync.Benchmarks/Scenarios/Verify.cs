namespace Ordo.Sync.Benchmarks.Scenarios;

/// <summary>Checks of a scenario's result: a figure of a wrong result is worth nothing.</summary>
internal static class Verify
{
    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"{what}: {actual}, expected {expected}.");
        }
    }
}
