namespace Ordo.Sync.Replication.Reconciliation;

/// <summary>
/// Says which side's record was altered, from what each side's kept digest misses. A kept digest was computed when the records
/// were written, so a side whose digest belongs to its records holds what it wrote.
/// </summary>
internal static class Blame
{
    // Two sides with faults of their own: which subset makes up the error is tried out. 2^16 sums take a millisecond.
    private const int SubsetMax = 16;

    /// <summary>For each difference: −1 where this side is at fault, 1 where the peer is, 0 where it cannot be told.</summary>
    /// <param name="differences">The shares of each record that differs, here and there.</param>
    /// <param name="errorHere">Kept minus computed digest here.</param>
    /// <param name="errorThere">The same at the peer; <see langword="null"/> where it is not known.</param>
    /// <param name="isComplete">Whether these are all differences.</param>
    public static int[] Assign(
        IReadOnlyList<(UInt128 Here, UInt128 There)> differences, UInt128 errorHere, UInt128? errorThere, bool isComplete)
    {
        var blame = new int[differences.Count];
        if (errorThere == UInt128.Zero || errorHere == UInt128.Zero)
        {
            // One side is proved right, so the other is at fault; where both are, neither altered anything.
            bool isHere = errorHere != UInt128.Zero;
            bool isThere = errorThere is { } there && there != UInt128.Zero;
            Array.Fill(blame, isHere ? -1 : isThere ? 1 : 0);
            return blame;
        }

        if (!isComplete)
        {
            return blame;
        }

        // What this side lacks is what the altered records were, minus what they are.
        UInt128[] deltas = [.. differences.Select(difference => unchecked(difference.There - difference.Here))];
        Mark(blame, FindSubset(deltas, errorHere), -1);
        if (errorThere is { } error)
        {
            Mark(blame, FindSubset([.. deltas.Select(delta => unchecked(UInt128.Zero - delta))], error), 1);
        }

        return blame;
    }

    private static void Mark(int[] blame, IReadOnlyList<int> places, int value)
    {
        foreach (int place in places)
        {
            blame[place] = value;
        }
    }

    private static int[] FindSubset(UInt128[] deltas, UInt128 error)
    {
        UInt128 all = UInt128.Zero;
        foreach (UInt128 delta in deltas)
        {
            all = unchecked(all + delta);
        }

        if (all == error)
        {
            return [.. Enumerable.Range(0, deltas.Length)];
        }

        if (deltas.Length > SubsetMax)
        {
            return [];
        }

        // In Gray code order, so that each step adds or takes away one record.
        UInt128 sum = UInt128.Zero;
        uint chosen = 0;
        for (uint step = 1; step < 1u << deltas.Length; step++)
        {
            int place = System.Numerics.BitOperations.TrailingZeroCount(step);
            chosen ^= 1u << place;
            sum = (chosen & (1u << place)) != 0 ? unchecked(sum + deltas[place]) : unchecked(sum - deltas[place]);
            if (sum == error)
            {
                return [.. Enumerable.Range(0, deltas.Length).Where(i => (chosen & (1u << i)) != 0)];
            }
        }

        return [];
    }
}
