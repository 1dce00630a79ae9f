using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Ordo.Sync.Documentation.Tests;

/// <summary>
/// Compiles the samples of a page one after another, as C# scripts: each sees what those before it declared, statements and types
/// may stand side by side, and a name may be declared again, as on a page.
/// </summary>
internal sealed partial class SampleCompiler
{
    private static readonly CSharpParseOptions Script = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    // What ImplicitUsings of a web project and the packages bring along.
    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        concurrentBuild: false,
        usings:
        [
            "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading",
            "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
            "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting",
            "Microsoft.Extensions.Logging", "Xunit", .. PackageUsings.All,
        ],
        nullableContextOptions: NullableContextOptions.Enable);

    // What pages take as given without saying so; a page that needs more says so in a comment, see CodeSample.
    private static readonly CSharpCompilation Given = Parse(
        "Given",
        """
        string[] args = [];
        CancellationToken ct = default;
        IServiceCollection services = new ServiceCollection();
        ISyncEngine engine = null!;
        OrdoSyncBuilder sync = null!;
        OrdoSyncHubBuilder hub = null!;
        WebApplicationBuilder builder = null!;
        WebApplication app = null!;
        """,
        previous: null);

    private CSharpCompilation _previous = Given;

    /// <summary>Compiles one more sample.</summary>
    /// <returns>The errors, by the lines of the page.</returns>
    public IReadOnlyList<string> Compile(CodeSample sample)
    {
        CSharpCompilation compilation = Parse($"Sample{sample.Line}", sample.Text, _previous);
        string[] errors =
        [
            .. compilation.GetDiagnostics()
                .Where(found => found.Severity == DiagnosticSeverity.Error)
                .Select(found => $"line {sample.Line + found.Location.GetLineSpan().StartLinePosition.Line}: "
                    + found.GetMessage(System.Globalization.CultureInfo.InvariantCulture)),
        ];
        _previous = errors.Length == 0 ? compilation : _previous; // a script may only follow one that compiles
        return errors;
    }

    private static CSharpCompilation Parse(string name, string code, CSharpCompilation? previous) =>
        CSharpCompilation.CreateScriptCompilation(
            name,
            CSharpSyntaxTree.ParseText(UsingDeclaration().Replace(code, string.Empty), Script),
            References,
            Options,
            previous);

    /// <summary>A script has no using declarations at its top: what they declare stays, and columns too.</summary>
    [GeneratedRegex(@"^(await )?using (?=\S+ \w+ = )", RegexOptions.Multiline)]
    private static partial Regex UsingDeclaration();
}
