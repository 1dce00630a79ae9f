using Microsoft.EntityFrameworkCore;

namespace Ordo.Sync.Benchmarks.Comparison;

/// <summary>EF Core over SQLite: records and an outbox in one transaction.</summary>
internal sealed class OutboxContext(string file) : DbContext
{
    public DbSet<StoredResult> Results => Set<StoredResult>();

    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) =>
        optionsBuilder.UseSqlite($"Data Source={file}");
}
