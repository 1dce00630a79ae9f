using System.Linq.Expressions;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Queries;
using Ordo.Sync.Storage;

namespace Ordo.Sync.Engine.Configuration;

/// <summary>Declares one collection.</summary>
/// <typeparam name="T">The app's type of its records.</typeparam>
public sealed class CollectionBuilder<T>
{
    private readonly List<(MemberPath Path, IndexType Type)> _indexes = [];

    internal ConflictStrategy ChosenStrategy { get; private set; } = ConflictStrategy.LastWriteWins;

    internal bool? SyncsImmediately { get; private set; }

    internal IReadOnlyList<(MemberPath Path, IndexType Type)> Indexes => _indexes;

    /// <summary>Sets how conflicts are reconciled. The default is <see cref="ConflictStrategy.LastWriteWins"/>.</summary>
    public CollectionBuilder<T> Strategy(ConflictStrategy strategy)
    {
        if (!Enum.IsDefined(strategy))
        {
            throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy.");
        }

        ChosenStrategy = strategy;
        return this;
    }

    /// <summary>Declares an index over a member, so that queries can use it; filled from existing records when it is new.</summary>
    /// <param name="member">The member: <c>g => g.StudentId</c>, <c>p => p.Address.City</c>.</param>
    public CollectionBuilder<T> Index<TValue>(Expression<Func<T, TValue>> member)
    {
        _indexes.Add((MemberPath.Of(member), IndexTypes.Of(typeof(TValue))));
        return this;
    }

    /// <summary>
    /// Sets whether a write asks for a sync at once when online. The default is yes for last write wins, else no: the
    /// background interval serves then.
    /// </summary>
    public CollectionBuilder<T> SyncImmediately(bool isImmediate = true)
    {
        SyncsImmediately = isImmediate;
        return this;
    }
}
