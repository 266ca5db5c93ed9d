/** @file The part of the TypeScript compiler's interface that the editor uses: Monaco ships the compiler without its types. */

declare module 'monaco-editor/languages/features/typescript/lib/typescriptServices' {
  export const typescript: TypeScript;

  export type TypeScript = {
    readonly SyntaxKind: { readonly [kind: string]: number };
    readonly ScriptKind: { readonly TS: number };
    createSourceFile(
      name: string,
      text: string,
      options: { readonly languageVersion: number; readonly impliedNodeFormat?: number },
      setParents: boolean,
    ): SourceFile;
    forEachChild(node: Node, visit: (child: Node) => void): void;
    createLanguageService(host: LanguageServiceHost): LanguageService;
    displayPartsToString(parts: readonly DisplayPart[] | undefined): string;
    flattenDiagnosticMessageText(message: string | DiagnosticChain, newLine: string): string;
  };

  export type DiagnosticChain = { readonly messageText: string };
  export type TextSpan = { readonly start: number; readonly length: number };
  export type DisplayPart = { readonly text: string; readonly kind: string };
  export type DocTag = { readonly name: string; readonly text?: readonly DisplayPart[] };

  export type Node = {
    readonly kind: number;
    readonly end: number;
    readonly parent: Node | undefined;
    getStart(file?: SourceFile): number;
    getText(file?: SourceFile): string;
    readonly name?: Node;
    readonly text?: string;
    readonly left?: Node;
    readonly right?: Node;
    readonly operatorToken?: Node;
    readonly operator?: number;
    readonly operand?: Node;
    readonly expression?: Node;
    readonly arguments?: readonly Node[];
    readonly elements?: readonly Node[];
    readonly modifiers?: readonly Node[];
    readonly declarationList?: { readonly declarations: readonly Node[] };
  };

  export type SourceFile = Node & {
    readonly statements: readonly Node[];
    readonly parseDiagnostics: readonly Diagnostic[];
  };

  export type Diagnostic = {
    readonly start: number | undefined;
    readonly length: number | undefined;
    readonly code: number;
    readonly category: number;
    readonly messageText: string | DiagnosticChain;
  };

  export type Type = { readonly flags: number };

  export type Checker = {
    getTypeAtLocation(node: Node): Type;
    getBaseTypeOfLiteralType(type: Type): Type;
    typeToString(type: Type): string;
  };

  export type LanguageServiceHost = {
    getCompilationSettings(): Readonly<Record<string, unknown>>;
    getScriptFileNames(): string[];
    getScriptVersion(file: string): string;
    getScriptSnapshot(file: string): ScriptSnapshot | undefined;
    getCurrentDirectory(): string;
    getDefaultLibFileName(): string;
    fileExists(file: string): boolean;
    readFile(file: string): string | undefined;
  };

  export type ScriptSnapshot = {
    getText(start: number, end: number): string;
    getLength(): number;
    getChangeRange(): undefined;
  };

  export type CompletionEntry = {
    readonly name: string;
    readonly kind: string;
    readonly sortText: string;
    readonly insertText?: string;
    readonly replacementSpan?: TextSpan;
  };

  export type EntryDetails = {
    readonly displayParts: readonly DisplayPart[];
    readonly documentation?: readonly DisplayPart[];
    readonly tags?: readonly DocTag[];
  };

  export type SignatureItem = {
    readonly prefixDisplayParts: readonly DisplayPart[];
    readonly suffixDisplayParts: readonly DisplayPart[];
    readonly separatorDisplayParts: readonly DisplayPart[];
    readonly parameters: readonly {
      readonly displayParts: readonly DisplayPart[];
      readonly documentation: readonly DisplayPart[];
    }[];
    readonly documentation: readonly DisplayPart[];
  };

  export type LanguageService = {
    getProgram(): {
      getSourceFile(file: string): SourceFile | undefined;
      getTypeChecker(): Checker;
    };
    getSemanticDiagnostics(file: string): readonly Diagnostic[];
    getCompletionsAtPosition(
      file: string,
      position: number,
      options: object,
    ): { readonly entries: readonly CompletionEntry[] } | undefined;
    getCompletionEntryDetails(
      file: string,
      position: number,
      name: string,
      formatOptions?: undefined,
      source?: undefined,
      preferences?: undefined,
      data?: undefined,
    ): EntryDetails | undefined;
    getQuickInfoAtPosition(
      file: string,
      position: number,
    ): (EntryDetails & { readonly textSpan: TextSpan; readonly kind: string }) | undefined;
    getSignatureHelpItems(
      file: string,
      position: number,
      options: object,
    ):
      | {
          readonly items: readonly SignatureItem[];
          readonly selectedItemIndex: number;
          readonly argumentIndex: number;
        }
      | undefined;
  };
}

declare module 'monaco-editor/languages/features/typescript/lib/lib' {
  /** The texts of TypeScript's own declarations, by the names of their files. */
  export const libFileMap: Readonly<Record<string, string>>;
}
