namespace Ordo.Sync.Testing;

/// <summary>Assertions that need no test framework.</summary>
internal static class Expect
{
    public static void That(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ConformanceException($"This should hold: {sentence}.");
        }
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ConformanceException($"{what}: expected <{Show(expected)}>, but it is <{Show(actual)}>.");
        }
    }

    public static void Sequence<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what)
    {
        List<T> left = [.. expected];
        List<T> right = [.. actual];
        if (!left.SequenceEqual(right))
        {
            throw new ConformanceException(
                $"{what}: expected {left.Count} [{Join(left)}], but there are {right.Count} [{Join(right)}].");
        }
    }

    public static async Task Throws<TException>(Func<Task> action, string what)
        where TException : Exception
    {
        try
        {
            await action();
        }
        catch (TException)
        {
            return;
        }
        catch (Exception other)
        {
            throw new ConformanceException(
                $"{what}: expected a {typeof(TException).Name}, but it threw {other.GetType().Name}: {other.Message}",
                other);
        }

        throw new ConformanceException($"{what}: expected a {typeof(TException).Name}, but nothing was thrown.");
    }

    /// <summary>Something is thrown, whatever it is.</summary>
    public static async Task ThrowsAny(Func<Task> action, string what)
    {
        try
        {
            await action();
        }
        catch (Exception)
        {
            return;
        }

        throw new ConformanceException($"{what}: expected an exception, but nothing was thrown.");
    }

    private static string Join<T>(List<T> items) => string.Join(" | ", items.Select(Show));

    private static string Show<T>(T value) => value?.ToString() ?? "null";
}
